"""Dates, times and durations: arithmetic, text, errors, zones, subclasses, pickles."""

import copy
import pickle
from datetime import UTC, MAXYEAR, date, datetime, time, timedelta, timezone, tzinfo


def show(text):
    try:
        print(text, "=>", repr(eval(text)))
    except Exception as e:
        print(text, "=>", type(e).__name__, e)


class Zone(tzinfo):
    """Two hours east, one more from April to September."""

    def utcoffset(self, dt):
        return timedelta(hours=2) + self.dst(dt)

    def dst(self, dt):
        if dt is None:
            return timedelta(0)
        return timedelta(hours=int(4 <= dt.month <= 9))

    def __repr__(self):
        return "Zone()"

    def tzname(self, dt):
        return "SUMMER%" if self.dst(dt) else "WINTER"


class Wrong(tzinfo):
    def __init__(self, offset):
        self.offset = offset

    def utcoffset(self, dt):
        return self.offset


class Day(date):
    pass


class Moment(datetime):
    def __new__(cls, *args, **kw):
        self = super().__new__(cls, *args, **kw)
        self.note = len(args)
        return self


d = date(2024, 2, 28)
m = datetime(2024, 12, 31, 23, 59, 58, 999_999)
a = datetime(2024, 7, 1, 12, 30, tzinfo=Zone())
h = time(1, 2, 3, 4)
s = timedelta(1, 2, 3)

for text in """
d + s, d - s, s + d, d - date(2000, 1, 1), d + timedelta(2)
m + s, m - s, s + m, m - datetime(1970, 1, 1), m - timedelta.max
s + s, s - s, -s, abs(-s), s * 3, 3 * s, s * 0.1, s / 7, s / 0.7, s // 7, s % timedelta(0, 7), divmod(s, timedelta(0, 11)), s / s, s // timedelta(microseconds=7)
timedelta(weeks=1, days=-1, hours=0.5, minutes=1.25, milliseconds=3, microseconds=0.5)
timedelta(microseconds=0.5), timedelta(microseconds=1.5), timedelta(seconds=1e-7), timedelta(days=10**20, weeks=-10**20 // 7)
str(s), str(-s), str(timedelta(0)), repr(timedelta(0)), s.total_seconds(), bool(timedelta(0)), hash(s) == hash((1, 2, 3))
d < date(2024, 3, 1), d == date(2024, 2, 28), d == m, m.date() == date(2024, 12, 31), m < datetime.max, max(d, date.min)
d < m
m < a
m == a, m != a, a == a.astimezone(UTC), hash(a) == hash(a.astimezone(UTC)), a < a.astimezone(UTC)
a - m
a - datetime(2024, 7, 1, tzinfo=UTC)
a.utcoffset(), a.dst(), a.tzname(), a.astimezone(UTC), a.astimezone(timezone(timedelta(hours=-3.5)))
a.timestamp(), datetime.fromtimestamp(0, UTC), datetime.fromtimestamp(-1.5, Zone()), datetime.fromtimestamp(1e9 + 0.1234565, UTC)
date.fromordinal(1), date.fromordinal(738000), d.toordinal(), [date(y, 1, 1).isocalendar() for y in (2015, 2016, 2021)]
[date.fromisocalendar(2020, w, 7) for w in (1, 53)], d.weekday(), d.isoweekday(), d.timetuple(), a.timetuple()[:], a.utctimetuple()[3:]
d.replace(year=2023), m.replace(month=2, day=1, fold=1), h.replace(hour=5, tzinfo=UTC), d.__replace__(day=1)
m.isoformat(), m.isoformat(" "), m.isoformat("\u00e9", "milliseconds"), m.isoformat(timespec="hours"), a.isoformat(), h.isoformat("seconds"), str(m), str(h), str(d)
[date.fromisoformat(t) for t in ("2024-02-29", "20240229", "2024-W09-4", "2024W094", "2024W09")]
[datetime.fromisoformat(t) for t in ("2024-02-29", "20240229T1030", "2024-02-29 10:30:15,5", "2024-W09-4T10", "2024-12-31T24:00", "20240229T103015.123456789Z")]
[datetime.fromisoformat("2024-02-29T10:30" + z) for z in ("Z", "+00:00", "-0330", "+05", "+01:02:03.000004")]
[time.fromisoformat(t) for t in ("10", "T1030", "10:30:15.25", "24:00", "10:30+02:00")]
m.strftime("%Y-%m-%d %H:%M:%S.%f %j %y %C %F %T %R %%"), a.strftime("%z %:z [%Z] %a %b %p"), h.strftime("%H:%M %Y"), format(d, "%d/%m"), f"{m:%B}"
datetime.strptime("2024-02-03 04:05 +0130", "%Y-%m-%d %H:%M %z"), date.strptime("03.02.24", "%d.%m.%y"), time.strptime("23:59", "%H:%M")
datetime.combine(d, h), datetime.combine(d, h, UTC), m.time(), a.timetz(), m.ctime(), d.ctime()
timezone.utc, timezone(timedelta(hours=1)), timezone(timedelta(hours=1), "X"), str(timezone(timedelta(seconds=-5))), timezone.min, timezone.max, UTC == timezone(timedelta(0)), hash(UTC) == hash(timedelta(0))
h < time(2), time(1, tzinfo=UTC) == time(2, tzinfo=timezone(timedelta(hours=1))), h == time(1, 2, 3, 4, UTC), hash(h) == hash(time(1, 2, 3, 4, fold=1))
h < time(1, tzinfo=UTC)
date.min, date.max, datetime.min, datetime.max, time.max, timedelta.min, timedelta.max, datetime.resolution, MAXYEAR
Day(2024, 1, 1) + s, Day.today().__class__.__name__, Day.fromisoformat("2024-01-01"), Day(2024, 1, 1).replace(day=2)
Moment(2024, 1, 1) + s, (Moment(2024, 1, 1) + s).note, Moment.fromordinal(5), Moment.combine(d, h), Moment.now(UTC).tzinfo
date(2024, 2, 30)
date(2024, 13, 1)
date(0, 1, 1)
date(2024)
date(2024, 1, 1.0)
date(10**10, 1, 1)
datetime(2024, 1, 1, 24)
datetime(2024, 1, 1, tzinfo=5)
time(1, 60)
time(fold=2)
d + 1
d - m
d + timedelta.max
datetime.max + timedelta(microseconds=1)
timedelta(days=10**9)
timedelta("1")
timedelta(float("nan"))
s / 0
s * 1e300
s < 1
date.fromisoformat("2024-2-1")
date.fromisoformat("2024-13-01")
datetime.fromisoformat("2024-01-01T10:61")
datetime.fromisoformat("2024-01-01T1:00")
time.fromisoformat("10:30:15.")
m.isoformat(timespec="days")
m.isoformat("ab")
date.fromisocalendar(2021, 53, 1)
timezone(timedelta(1))
timezone(5)
datetime(2024, 1, 1, tzinfo=Wrong(5)).utcoffset()
datetime(2024, 1, 1, tzinfo=Wrong(timedelta(2))).isoformat()
datetime(2024, 1, 1, tzinfo=Wrong(None)).dst()
tzinfo().utcoffset(None)
datetime.fromtimestamp(1e20)
datetime.fromtimestamp("1")
setattr(d, "year", 5)
""".strip().splitlines():
    show(text)

for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    for value in (d, m, a.replace(tzinfo=UTC, fold=1), h, s, UTC, timezone(s / 2, "N"), Day(2024, 1, 1), d.isocalendar()):
        again = pickle.loads(pickle.dumps(value, protocol))
        assert again == value and type(again) in (type(value), tuple), (protocol, value)
        assert copy.copy(value) == value and copy.deepcopy(value) == value
moment = pickle.loads(pickle.dumps(Moment(2024, 1, 1, 5)))
print(repr(moment), moment.note, d.__reduce__(), m.replace(fold=1).__reduce_ex__(4), h.__reduce__())

total = timedelta()
for i in range(3000):
    t = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=i * 7, microseconds=i)
    total += t - datetime.fromisoformat(t.isoformat()) + timedelta(seconds=t.weekday())
print(total)
