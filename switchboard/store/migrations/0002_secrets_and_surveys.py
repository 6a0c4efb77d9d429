"""Hashed secrets with their wrong attempts, and answers to surveys."""

import peewee
from playhouse.migrate import SchemaMigrator


class SecretRow(peewee.Model):
    """Hashes of secrets."""

    key = peewee.TextField(primary_key=True)
    secret = peewee.TextField()
    owner = peewee.TextField()
    hashed = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "secrets"


class AttemptRow(peewee.Model):
    """Wrong attempts."""

    key = peewee.TextField(primary_key=True)
    wrong = peewee.IntegerField()
    locked_until = peewee.BigIntegerField(null=True)

    class Meta:
        """Peewee's options."""

        table_name = "secret_attempts"


class SurveyRow(peewee.Model):
    """Answers to surveys."""

    key = peewee.TextField(primary_key=True)
    survey = peewee.TextField(index=True)
    call_id = peewee.TextField()
    answers = peewee.TextField()
    answered_at = peewee.BigIntegerField()

    class Meta:
        """Peewee's options."""

        table_name = "survey_answers"


TABLES = [SecretRow, AttemptRow, SurveyRow]


def up(migrator: SchemaMigrator, db: peewee.Database) -> None:
    """Create the tables."""
    del migrator
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
