//! SQL texts, their arguments and their results. Every text is a constant made by `statements!`, so that all are in one
//! list.

use domain::{
    catalogue::colour::Rgb,
    error::StoreError,
    id::*,
    picture::PictureId,
    time::{Millis, Span},
};
use serde::de::DeserializeOwned;
use sqlx::{Row as _, ValueRef as _, any::AnyRow};
use std::{str::FromStr, sync::OnceLock};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatementKind {
    Select,
    Insert,
    Update,
    Delete,
}

/// One statement: a constant text in portable SQL.
#[derive(Clone, Copy)]
pub(crate) struct Sql {
    pub text: &'static str,
    pub kind: StatementKind,
}

impl Sql {
    /// The text must begin with its verb in capitals; otherwise the constant does not compile.
    pub const fn new(text: &'static str) -> Self {
        let kind = match text.as_bytes() {
            [b'S', b'E', b'L', ..] => StatementKind::Select,
            [b'I', b'N', b'S', ..] => StatementKind::Insert,
            [b'U', b'P', b'D', ..] => StatementKind::Update,
            [b'D', b'E', b'L', ..] => StatementKind::Delete,
            _ => panic!("a statement begins with SELECT, INSERT, UPDATE or DELETE"),
        };
        Self { text, kind }
    }
}

/// Declares the statements of a noun and lists them in `STATEMENTS`.
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $text:expr;)+) => {
        $($(#[$meta])* const $name: $crate::db::sql::Sql = $crate::db::sql::Sql::new($text);)+
        pub(crate) const STATEMENTS: &[$crate::db::sql::Sql] = &[$($name),+];
    };
}
pub(crate) use statements;

/// Declares the row of a table: `columns!` lists the columns for a statement, and the function decodes them, so that the two
/// cannot disagree. With `pub(crate)` other modules may use `columns!`, too.
///
/// A field is read from the columns before its `=>` by the function behind it, or by [`Row::get`] without one. A function with
/// no columns reads what the statement adds to the table. `columns!("t.")` puts `t.` before each column;
/// `columns!("t." as "thing_")` also names each `thing_…`, to be read by [`Row::part`].
macro_rules! row {
    ($($row:tt)*) => { $crate::db::sql::row_with_dollar! { ($) $($row)* } };
}
pub(crate) use row;

/// [`row`] with a `$` for the macro that it defines.
macro_rules! row_with_dollar {
    (($d:tt) pub(crate) fn $($row:tt)*) => {
        $crate::db::sql::row_with_dollar! { ($d) fn $($row)* }
        pub(crate) use columns;
    };
    (($d:tt) fn $read:ident -> $type:ident {
        $id:ident: $id_column:literal,
        $($field:ident: $($column:literal)|* $(=> $decode:expr)?),+ $(,)?
    }) => {
        macro_rules! columns {
            ($d($d table:literal)?) => {
                concat!($d($d table,)? $id_column $($(, ", ", $d($d table,)? $column)*)+)
            };
            ($d table:literal as $d prefix:literal) => {
                concat!(
                    $d table, $id_column, " AS ", $d prefix, $id_column
                    $($(, ", ", $d table, $column, " AS ", $d prefix, $column)*)+
                )
            };
        }

        pub(crate) fn $read(row: &$crate::db::sql::Row) -> Result<$type, domain::error::StoreError> {
            Ok($type {
                $id: row.get($id_column)?,
                $($field: $crate::db::sql::cell!(row [$($column)*] $($decode)?)),+
            })
        }
    };
}
pub(crate) use row_with_dollar;

/// The value of one field of [`row`].
macro_rules! cell {
    ($row:ident [$column:literal]) => { $row.get($column)? };
    ($row:ident [$($column:literal)*] $decode:expr) => { $decode($row $(, $column)*)? };
}
pub(crate) use cell;

/// For [`row`]: a column that holds one of a few words.
pub(crate) fn code<T>(read: impl Fn(&str) -> Option<T>) -> impl Fn(&Row, &str) -> Result<T, StoreError> {
    move |row, column| row.code(column, &read)
}

/// For [`row`]: the same of a column that may be empty.
pub(crate) fn maybe_code<T>(
    read: impl Fn(&str) -> Option<T>,
) -> impl Fn(&Row, &str) -> Result<Option<T>, StoreError> {
    move |row, column| row.maybe_code(column, &read)
}

/// The arguments of a statement, in the order of its `$n`.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::sql::Value::from($value)),*] };
}
pub(crate) use args;

/// The maximum rows of one `INSERT`: with 11 columns, far below SQLite's limit of 32,766 arguments.
pub(crate) const MOST_ROWS: usize = 256;

/// 1, 2, 4, … up to [`MOST_ROWS`]: with these lengths, there are few enough texts to keep them prepared.
fn lengths() -> impl Iterator<Item = usize> {
    std::iter::successors(Some(1), |n| Some(n * 2)).take_while(|n| *n <= MOST_ROWS)
}

/// The form of placeholders. PostgreSQL only knows `$n`. SQLite knows both, but finds the number of a named one by a
/// linear search, which took 6 % of the profile of a storm of chat lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placeholders {
    Numbered,
    Nameless,
}

/// Up to this many rows are one `INSERT`: what a busy room says between two commits is one statement, and a transaction of its own.
const FEW_ROWS: usize = 16;

/// 1, 2, 3, … up to [`FEW_ROWS`], then powers of two: the lengths of an `INSERT`.
fn insert_lengths() -> impl Iterator<Item = usize> {
    (1..FEW_ROWS).chain(lengths().filter(|rows| *rows >= FEW_ROWS))
}

/// An `INSERT` of many rows. It has few lengths ([`insert_lengths`]), so that a few texts serve any number of rows.
pub(crate) struct BulkInsert {
    head: &'static str,
    columns: usize,
    tail: &'static str,
    texts: [OnceLock<Vec<String>>; 2],
}

impl BulkInsert {
    /// `head` ends with `VALUES`.
    pub const fn new(head: &'static str, columns: usize) -> Self {
        Self::then(head, columns, "")
    }

    /// `tail` follows the rows: `ON CONFLICT …`.
    pub const fn then(head: &'static str, columns: usize, tail: &'static str) -> Self {
        Self { head, columns, tail, texts: [OnceLock::new(), OnceLock::new()] }
    }

    fn texts(&'static self, places: Placeholders) -> &'static [String] {
        self.texts[places as usize]
            .get_or_init(|| insert_lengths().map(|rows| self.text(rows, places)).collect())
    }

    fn text(&self, rows: usize, places: Placeholders) -> String {
        let place = |n: usize| match places {
            Placeholders::Numbered => format!("${n}"),
            Placeholders::Nameless => "?".into(),
        };
        let row = |r: usize| {
            let places: Vec<_> = (1..=self.columns).map(|c| place(r * self.columns + c)).collect();
            format!("({})", places.join(","))
        };
        let rows = (0..rows).map(row).collect::<Vec<_>>().join(",");
        format!("{} {rows} {}", self.head, self.tail).trim_end().to_owned()
    }

    /// The texts with the placeholders that every database knows.
    pub fn all(&'static self) -> impl Iterator<Item = Sql> {
        self.texts(Placeholders::Numbered).iter().map(|text| Sql { text, kind: StatementKind::Insert })
    }

    /// Whether one statement inserts exactly this many rows.
    pub fn carries(&self, rows: usize) -> bool {
        insert_lengths().any(|length| length == rows)
    }

    /// The statement for as many of `rows` rows as fit, and that number.
    pub fn take(&'static self, rows: usize, places: Placeholders) -> (Sql, usize) {
        let (nth, length) = insert_lengths()
            .enumerate()
            .take_while(|(_, length)| *length <= rows.max(1))
            .last()
            .expect("one row is the first length");
        (Sql { text: &self.texts(places)[nth], kind: StatementKind::Insert }, length)
    }
}

/// A `SELECT` of the rows that belong to any of some keys. Its lists also have powers of two as lengths: the last key
/// is repeated.
pub(crate) struct SelectIn {
    head: &'static str,
    tail: &'static str,
    /// The number of arguments before the keys.
    before: usize,
    texts: OnceLock<Vec<String>>,
}

impl SelectIn {
    /// The keys are in parentheses between `head`, which has `before` arguments, and `tail`.
    pub const fn new(head: &'static str, before: usize, tail: &'static str) -> Self {
        Self { head, tail, before, texts: OnceLock::new() }
    }

    fn texts(&'static self) -> &'static [String] {
        self.texts.get_or_init(|| {
            let text = |keys: usize| {
                let places: Vec<_> = (1..=keys).map(|n| format!("${}", self.before + n)).collect();
                format!("{} ({}) {}", self.head, places.join(","), self.tail)
            };
            lengths().map(text).collect()
        })
    }

    pub fn all(&'static self) -> impl Iterator<Item = Sql> {
        self.texts().iter().map(|text| Sql { text, kind: StatementKind::Select })
    }

    /// The statement and its arguments for 1 to [`MOST_ROWS`] keys.
    pub fn of(
        &'static self,
        mut before: Vec<Value>,
        keys: impl ExactSizeIterator<Item = Value>,
    ) -> (Sql, Vec<Value>) {
        let length = keys.len().next_power_of_two();
        before.extend(keys);
        while let Some(last) = before.last().filter(|_| before.len() < self.before + length) {
            before.push(last.clone());
        }
        (Sql { text: &self.texts()[length.ilog2() as usize], kind: StatementKind::Select }, before)
    }
}

/// An argument with a type of the portable dialect. PostgreSQL refuses NUL in a text, so NUL is replaced as browsers
/// do.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(Option<String>),
    Int(Option<i64>),
}

macro_rules! values {
    ($($from:ty => $variant:ident($make:expr)),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self { Self::$variant(Some($make(value))) }
        }
        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Self { Self::$variant(value.map($make)) }
        }
    )*};
}

values! {
    &str => Text(|s: &str| s.replace('\0', "\u{fffd}")),
    &String => Text(|s: &String| s.replace('\0', "\u{fffd}")),
    String => Text(|s: String| if s.contains('\0') { s.replace('\0', "\u{fffd}") } else { s }),
    i64 => Int(|n| n),
    bool => Int(i64::from),
    Millis => Int(|t: Millis| t.0),
}

/// A row of an answer; a column is read as the type that its place wants.
pub(crate) struct Row {
    row: AnyRow,
    /// What stands before each name of a column.
    prefix: &'static str,
}

impl From<AnyRow> for Row {
    fn from(row: AnyRow) -> Self {
        Self { row, prefix: "" }
    }
}

impl Row {
    /// The columns whose names begin with `prefix`, by the rest of their names.
    pub fn part(&mut self, prefix: &'static str) -> &Self {
        self.prefix = prefix;
        self
    }

    pub fn get<T: Cell>(&self, column: &str) -> Result<T, StoreError> {
        match self.prefix {
            "" => T::read(&self.row, column),
            prefix => T::read(&self.row, &format!("{prefix}{column}")),
        }
    }

    /// A column that contains one of a few codes.
    pub fn code<T>(&self, column: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        let text: String = self.get(column)?;
        read(&text).ok_or_else(|| decode_error(column, &text))
    }

    /// The same for a nullable column.
    pub fn maybe_code<T>(
        &self,
        column: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        let text: Option<String> = self.get(column)?;
        text.map(|text| read(&text).ok_or_else(|| decode_error(column, &text))).transpose()
    }

    /// What a column holds as JSON; `None` if it is NULL.
    pub fn maybe_json<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>, StoreError> {
        let text: Option<String> = self.get(column)?;
        let read = |text: String| serde_json::from_str(&text).map_err(|error| decode_error(column, error));
        text.map(read).transpose()
    }
}

/// A stored value cannot be parsed, so the program and its data have different versions.
pub(crate) fn decode_error(column: &str, what: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(format!("column {column} holds {what}"))
}

pub(crate) trait Cell: Sized {
    fn read(row: &AnyRow, column: &str) -> Result<Self, StoreError>;
}

impl<T: Cell> Cell for Option<T> {
    fn read(row: &AnyRow, column: &str) -> Result<Self, StoreError> {
        let raw = row.try_get_raw(column).map_err(|e| decode_error(column, e))?;
        if raw.is_null() { Ok(None) } else { T::read(row, column).map(Some) }
    }
}
impl Cell for String {
    fn read(row: &AnyRow, column: &str) -> Result<Self, StoreError> {
        row.try_get(column).map_err(|e| decode_error(column, e))
    }
}
impl Cell for i64 {
    fn read(row: &AnyRow, column: &str) -> Result<Self, StoreError> {
        row.try_get(column).map_err(|e| decode_error(column, e))
    }
}
impl Cell for bool {
    fn read(row: &AnyRow, column: &str) -> Result<Self, StoreError> {
        i64::read(row, column).map(|n| n != 0)
    }
}
impl Cell for Millis {
    fn read(row: &AnyRow, column: &str) -> Result<Self, StoreError> {
        i64::read(row, column).map(Millis)
    }
}
impl Cell for Span {
    fn read(row: &AnyRow, column: &str) -> Result<Self, StoreError> {
        i64::read(row, column).map(Span)
    }
}

macro_rules! texts {
    ($($id:ident),* $(,)?) => {$(
        impl From<$id> for Value {
            fn from(id: $id) -> Self { Self::Text(Some(id.to_string())) }
        }
        impl From<Option<$id>> for Value {
            fn from(id: Option<$id>) -> Self { Self::Text(id.map(|id| id.to_string())) }
        }
        impl Cell for $id {
            fn read(row: &AnyRow, column: &str) -> Result<Self, StoreError> {
                let text = String::read(row, column)?;
                $id::from_str(&text).map_err(|e| decode_error(column, e))
            }
        }
    )*};
}
texts! {
    Rgb, PictureId,
    AccountId, SessionId, PasskeyId, TeamId, InvitationId, SpaceId, ExperienceId, PostId, PassId, PriceId, PromoId, CompId, StreamId, SeriesId, RoomId, PurchaseId, SubscriptionId, RefundId, PayoutId, CheckoutId, GrantId, BanId, JobId, ClientId,
    ReportId, SuspensionId, FileId, CaptionId, ClipId, InviteId, PermitId, ParticipantId, WaitlistEntryId, ShowRefundId, RefundWishId, HolderMessageId,
    DestinationId, RestreamId,
}
