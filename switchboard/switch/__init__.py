"""Speaks to FreeSWITCH and reports facts about legs. Knows no flow, no queue, no database."""
