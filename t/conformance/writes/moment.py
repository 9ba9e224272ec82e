"""Placeholders for the times and days that an answer takes from the clock.

A recording says `{now}` for a time at which its case was being answered, and `{today}` for the day of that time. A replay
accepts there only the time and the day at which it asked itself.
"""
import datetime
import json
import re

UTC = datetime.timezone.utc
# The reference writes times as UTC, with microseconds unless they are 0, and takes the day from UTC.
TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z')
DAY = re.compile(r'\d{4}-\d\d-\d\d')
# The server, its database and this program share one clock. It may be corrected a little meanwhile.
SLACK = datetime.timedelta(seconds=2)


def now():
    return datetime.datetime.now(UTC)


class Moment:
    """The time from asking to answering one case. It begins with the object."""

    def __init__(self):
        self.begin, self.end = now() - SLACK, None

    def close(self):
        self.end = now() + SLACK

    def days(self):
        return {self.begin.date().isoformat(), self.end.date().isoformat()}

    def is_now(self, text):
        if not TIME.fullmatch(text):
            return False
        return self.begin <= datetime.datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC) <= self.end

    def name(self, text):
        """Returns the placeholder for this text, or None if it tells another time or none."""
        if self.is_now(text):
            return '{now}'
        return '{today}' if DAY.fullmatch(text) and text in self.days() else None

    def record(self, document):
        """Returns the JSON document with placeholders for this moment."""
        return re.sub('"(%s|%s)"' % (TIME.pattern, DAY.pattern),
                      lambda match: '"%s"' % (self.name(match.group(1)) or match.group(1)), document)

    def expect(self, recorded, got):
        """Returns the recorded document with each placeholder replaced by the value of `got` in its place, if that is right."""
        values = []

        def walk(expected, actual):
            if isinstance(expected, dict):
                for name, value in expected.items():
                    walk(value, actual.get(name) if isinstance(actual, dict) else None)
            elif isinstance(expected, list):
                for number, value in enumerate(expected):
                    walk(value, actual[number] if isinstance(actual, list) and number < len(actual) else None)
            elif expected in ('{now}', '{today}'):
                values.append(actual if isinstance(actual, str) and self.name(actual) == expected else expected)

        try:
            walk(json.loads(recorded), json.loads(got))
        except ValueError:
            return recorded
        rest = iter(values)
        return re.sub(r'"\{(?:now|today)\}"', lambda _: json.dumps(next(rest)), recorded)
