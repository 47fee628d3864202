"""The datetime module: arithmetic, comparison, parsing and formatting."""

from datetime import date, datetime, timedelta, timezone

SIZE = 70000
SMALL = 20


def run(n):
    start = datetime(2020, 2, 28, 23, 59, 30, tzinfo=timezone.utc)
    step = timedelta(hours=7, minutes=13, microseconds=17)
    moments = [start + step * i for i in range(n)]
    texts = [m.isoformat() for m in moments]
    back = [datetime.fromisoformat(t) for t in texts]
    weekdays = [0] * 7
    for m in moments:
        weekdays[m.weekday()] += 1
    span = max(back) - min(back)
    ordinals = sum(date.fromordinal(737000 + i).day for i in range(n))
    formatted = sum(len(m.strftime("%d.%m.%Y %H:%M")) for m in moments[::4])
    east = timezone(timedelta(hours=5, minutes=30))
    hours = sum(m.astimezone(east).hour for m in moments[::2])
    return f"{back == moments} {weekdays} {span} {ordinals} {formatted} {hours}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_datetime", n, run(n))
