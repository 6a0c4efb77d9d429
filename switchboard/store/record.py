"""What all tables share; a module of its own, so that tables may stand in several."""

import peewee


class Record(peewee.Model):
    """What all tables share."""

    class Meta:
        """Peewee's options."""

        legacy_table_names = False
