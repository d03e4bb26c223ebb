//! The time zone of a space: its shows are planned in the local time there.

use crate::time::Millis;
use jiff::{
    Zoned,
    civil::Date,
    tz::{TimeZone, TimeZoneDatabase},
};

/// A zone of the IANA database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("We do not know the time zone “{0}”. Use a name like Europe/Berlin.")]
pub struct UnknownZone(pub String);

impl Zone {
    pub const UTC: Self = Self(TimeZone::UTC);

    /// Finds a zone by its name, in letters of any case and with spaces or underscores.
    ///
    /// # Errors
    /// If the program knows no zone of this name, whatever files the machine has.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        let name = name.trim();
        let bundled = TimeZoneDatabase::bundled().get(&name.replace(' ', "_")).ok();
        let known = bundled.filter(|tz| !tz.is_unknown());
        let known = known.ok_or_else(|| UnknownZone(name.chars().take(60).collect()))?;
        // The machine's rules may be newer than those in the binary.
        let current = known.iana_name().and_then(|name| TimeZone::get(name).ok());
        Ok(Self(current.unwrap_or(known)))
    }

    /// The name in its usual spelling.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The moment with its date and time of day in this zone.
    pub fn local(&self, at: Millis) -> Zoned {
        at.timestamp().to_zoned(self.0.clone())
    }

    /// The first moment of a day in this zone, also where the clocks skip midnight.
    pub fn midnight(&self, day: Date) -> Millis {
        let first = day.to_zoned(self.0.clone()).and_then(|zoned| zoned.start_of_day());
        first.map_or(Millis(0), |first| Millis(first.timestamp().as_millisecond()))
    }

    pub(super) const fn rules(&self) -> &TimeZone {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_found_by_name_and_keep_their_usual_spelling() {
        for (typed, name) in [
            ("Europe/Berlin", "Europe/Berlin"),
            (" europe/berlin ", "Europe/Berlin"),
            ("america/new york", "America/New_York"),
            ("Australia/Lord_Howe", "Australia/Lord_Howe"),
            ("utc", "UTC"),
        ] {
            assert_eq!(Zone::named(typed).map(|zone| zone.name().to_owned()).as_deref(), Ok(name), "{typed}");
        }
    }

    #[test]
    fn what_is_no_zone_is_refused_in_words() {
        for typed in ["", "Berlin", "Mars/Olympus", "../../etc/passwd", "localtime", "Etc/Unknown", "+01:00"]
        {
            let error = Zone::named(typed).expect_err(typed).to_string();
            assert!(error.contains(&format!("“{typed}”")), "{error}");
        }
        let long = "x".repeat(500);
        assert!(Zone::named(&long).expect_err("no zone").to_string().len() < 150);
    }
}
