"""When the practices that have not answered are reminded."""

from datetime import datetime

from engine.definition import DeadlineRule, Reminder, When
from engine.working_days import Calendar


def reminder_moments(
    rule: DeadlineRule | None, calendar: Calendar, start: datetime, due: datetime
) -> tuple[datetime, ...]:
    """The moments between `start` and `due`, in order; those of one day become one."""
    if rule is None:
        return ()
    moments = {_moment(reminder, calendar, start, due) for reminder in rule.remind}
    return tuple(sorted(moment for moment in moments if start < moment < due))


def _moment(reminder: Reminder, calendar: Calendar, start: datetime, due: datetime) -> datetime:
    match reminder.when:
        case When.HALF_TIME:
            days = calendar.working_days_between(calendar.london(start)[0], calendar.london(due)[0])
            return calendar.half_time(start, days)
        case When.DAYS_BEFORE:
            return calendar.days_before(due, reminder.days)
        case When.LAST_MORNING:
            return calendar.last_morning(due)
