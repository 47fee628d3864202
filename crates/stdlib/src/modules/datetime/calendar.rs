//! The proleptic Gregorian calendar, with numbers only.

/// The years that dates may have.
pub const MIN_YEAR: i64 = 1;
pub const MAX_YEAR: i64 = 9999;
/// The last day of the last year; the first of the first is 1.
pub const MAX_ORDINAL: i64 = 3_652_059;
/// The ordinal of 1970-01-01.
pub const EPOCH: i64 = 719_163;

/// Microseconds.
pub const SECOND: i64 = 1_000_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// Days before each month of a year that is no leap year.
const BEFORE: [i64; 13] = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/// A day: year, month, day of the month.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Ymd {
    pub year: i64,
    pub month: i64,
    pub day: i64,
}

/// Is it a leap year?
pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}
/// Days of a month.
pub fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
fn before_year(year: i64) -> i64 {
    let y = year - 1;
    y * 365 + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400)
}

impl Ymd {
    /// These numbers, which have been checked.
    pub fn new(year: i64, month: i64, day: i64) -> Ymd {
        Ymd { year, month, day }
    }
    /// Days since the day before the first.
    pub fn ordinal(self) -> i64 {
        before_year(self.year) + self.day_of_year()
    }
    /// 1 to 366.
    pub fn day_of_year(self) -> i64 {
        let leap = i64::from(self.month > 2 && is_leap(self.year));
        BEFORE[self.month as usize] + leap + self.day
    }
    /// 0 is Monday.
    pub fn weekday(self) -> i64 {
        (self.ordinal() + 6).rem_euclid(7)
    }
    /// The day with that ordinal, in whatever year.
    pub fn of_ordinal(ordinal: i64) -> Ymd {
        // Years begin in March here: the leap day comes last.
        let n = ordinal - 1 + 306;
        let (era, of_era) = (n.div_euclid(146_097), n.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let m = (5 * of_year + 2) / 153;
        let day = of_year - (153 * m + 2) / 5 + 1;
        let month = if m < 10 { m + 3 } else { m - 9 };
        Ymd {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day,
        }
    }
    /// Year, week and day of the week (1 is Monday) of ISO 8601.
    pub fn iso(self) -> (i64, i64, i64) {
        let today = self.ordinal();
        let mut year = self.year;
        let mut start = first_monday(year);
        if today < start {
            year -= 1;
            start = first_monday(year);
        } else if today >= start + 52 * 7 && today >= first_monday(year + 1) {
            year += 1;
            start = first_monday(year);
        }
        let since = today - start;
        (year, since / 7 + 1, since % 7 + 1)
    }
    /// One number, ordered as the days are; those of a pickle may not exist.
    pub fn packed(self) -> i64 {
        self.year << 16 | self.month << 8 | self.day
    }
    /// The day of [`Ymd::packed`].
    pub fn unpacked(n: i64) -> Ymd {
        Ymd {
            year: n >> 16,
            month: n >> 8 & 255,
            day: n & 255,
        }
    }
}

/// The Monday on which a year of ISO 8601 begins.
pub fn first_monday(year: i64) -> i64 {
    let first = before_year(year) + 1;
    let weekday = (first + 6).rem_euclid(7);
    first - weekday + if weekday > 3 { 7 } else { 0 }
}

/// Does a year of ISO 8601 have that week?
pub fn has_week(year: i64, week: i64) -> bool {
    (1..=52).contains(&week) || week == 53 && first_monday(year + 1) - first_monday(year) == 53 * 7
}
