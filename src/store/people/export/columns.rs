//! The columns of parts that have many.

pub(super) type Columns = &'static [(&'static str, ColumnKind)];

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    Text,
    Number,
    Time,
}

pub(super) const ORDER: Columns = &[
    ("id", ColumnKind::Text),
    ("space", ColumnKind::Text),
    ("title", ColumnKind::Text),
    ("amount", ColumnKind::Number),
    ("currency", ColumnKind::Text),
    ("state", ColumnKind::Text),
    ("email", ColumnKind::Text),
    ("gift_to", ColumnKind::Text),
    ("answers", ColumnKind::Text),
    ("created_at", ColumnKind::Time),
    ("settled_at", ColumnKind::Time),
    ("terms_version", ColumnKind::Number),
    ("refunds_version", ColumnKind::Number),
    ("agreed_language", ColumnKind::Text),
    ("agreed_at", ColumnKind::Time),
];

pub(super) const PURCHASE: Columns = &[
    ("id", ColumnKind::Text),
    ("space", ColumnKind::Text),
    ("title", ColumnKind::Text),
    ("amount", ColumnKind::Number),
    ("currency", ColumnKind::Text),
    ("refunded", ColumnKind::Number),
    ("refund_reason", ColumnKind::Text),
    ("paid_at", ColumnKind::Time),
    ("subscription", ColumnKind::Text),
    ("number", ColumnKind::Number),
    ("invoice_year", ColumnKind::Number),
    ("invoice_number", ColumnKind::Number),
    ("billed_name", ColumnKind::Text),
    ("billed_email", ColumnKind::Text),
    ("billed_company", ColumnKind::Text),
    ("billed_address", ColumnKind::Text),
    ("billed_tax_id", ColumnKind::Text),
    ("refund_wish", ColumnKind::Text),
];

pub(super) const CARD: Columns = &[
    ("brand", ColumnKind::Text),
    ("last4", ColumnKind::Text),
    ("exp_month", ColumnKind::Number),
    ("exp_year", ColumnKind::Number),
    ("saved_at", ColumnKind::Time),
];

pub(super) const WAITED: Columns = &[
    ("space", ColumnKind::Text),
    ("title", ColumnKind::Text),
    ("kind", ColumnKind::Text),
    ("state", ColumnKind::Text),
    ("answers", ColumnKind::Text),
    ("since", ColumnKind::Time),
    ("offer_until", ColumnKind::Time),
    ("pays_amount", ColumnKind::Number),
    ("pays_currency", ColumnKind::Text),
    ("pays_since", ColumnKind::Time),
];

pub(super) const SUBSCRIPTION: Columns = &[
    ("id", ColumnKind::Text),
    ("space", ColumnKind::Text),
    ("title", ColumnKind::Text),
    ("amount", ColumnKind::Number),
    ("currency", ColumnKind::Text),
    ("charged_every", ColumnKind::Text),
    ("instalments", ColumnKind::Number),
    ("paid_instalments", ColumnKind::Number),
    ("status", ColumnKind::Text),
    ("period_end", ColumnKind::Time),
    ("created_at", ColumnKind::Time),
    ("ended_at", ColumnKind::Time),
];

pub(super) const PERMIT: Columns = &[
    ("space", ColumnKind::Text),
    ("experience", ColumnKind::Text),
    ("kind", ColumnKind::Text),
    ("created_at", ColumnKind::Time),
    ("until", ColumnKind::Time),
    ("ended_at", ColumnKind::Time),
];

pub(super) const GIFT: Columns = &[
    ("space", ColumnKind::Text),
    ("title", ColumnKind::Text),
    ("email", ColumnKind::Text),
    ("created_at", ColumnKind::Time),
    ("claimed_at", ColumnKind::Time),
    ("revoked_at", ColumnKind::Time),
];

pub(super) const MESSAGE: Columns = &[
    ("space", ColumnKind::Text),
    ("way", ColumnKind::Text),
    ("subject", ColumnKind::Text),
    ("body", ColumnKind::Text),
    ("created_at", ColumnKind::Time),
];

pub(super) const ANSWER: Columns = &[
    ("id", ColumnKind::Text),
    ("space", ColumnKind::Text),
    ("title", ColumnKind::Text),
    ("way", ColumnKind::Text),
    ("body", ColumnKind::Text),
    ("created_at", ColumnKind::Time),
    ("sent_at", ColumnKind::Time),
];

pub(super) const POST: Columns = &[
    ("id", ColumnKind::Text),
    ("space", ColumnKind::Text),
    ("experience", ColumnKind::Text),
    ("title", ColumnKind::Text),
    ("body", ColumnKind::Text),
    ("created_at", ColumnKind::Time),
    ("published_at", ColumnKind::Time),
    ("edited_at", ColumnKind::Time),
];

pub(super) const CONSENT: Columns = &[
    ("document", ColumnKind::Text),
    ("version", ColumnKind::Number),
    ("language", ColumnKind::Text),
    ("accepted_at", ColumnKind::Time),
];

pub(super) const REPORT: Columns = &[
    ("id", ColumnKind::Text),
    ("kind", ColumnKind::Text),
    ("subject", ColumnKind::Text),
    ("space", ColumnKind::Text),
    ("email", ColumnKind::Text),
    ("reason", ColumnKind::Text),
    ("words", ColumnKind::Text),
    ("created_at", ColumnKind::Time),
    ("decided_at", ColumnKind::Time),
    ("decision", ColumnKind::Text),
    ("answer", ColumnKind::Text),
];

pub(super) const PASS: Columns = &[
    ("id", ColumnKind::Text),
    ("space", ColumnKind::Text),
    ("title", ColumnKind::Text),
    ("starts_at", ColumnKind::Time),
    ("expires_at", ColumnKind::Time),
    ("revoked_at", ColumnKind::Time),
    ("revoked_reason", ColumnKind::Text),
    ("answers", ColumnKind::Text),
    ("source", ColumnKind::Text),
];

/// `begins` and `until` in milliseconds of the recording.
pub(super) const CLIP: Columns = &[
    ("space", ColumnKind::Text),
    ("title", ColumnKind::Text),
    ("clip", ColumnKind::Text),
    ("begins", ColumnKind::Number),
    ("until", ColumnKind::Number),
    ("created_at", ColumnKind::Time),
];

/// `bytes`: of the whole file.
pub(super) const FILE: Columns = &[
    ("space", ColumnKind::Text),
    ("name", ColumnKind::Text),
    ("about", ColumnKind::Text),
    ("bytes", ColumnKind::Number),
    ("created_at", ColumnKind::Time),
];

pub(super) const INVITATION: Columns = &[
    ("space", ColumnKind::Text),
    ("email", ColumnKind::Text),
    ("role", ColumnKind::Text),
    ("created_at", ColumnKind::Time),
    ("sent_at", ColumnKind::Time),
    ("expires_at", ColumnKind::Time),
];

pub(super) const MEASURE: Columns = &[
    ("id", ColumnKind::Text),
    ("space", ColumnKind::Text),
    ("kind", ColumnKind::Text),
    ("reason", ColumnKind::Text),
    ("created_at", ColumnKind::Time),
    ("until", ColumnKind::Time),
    ("lifted_at", ColumnKind::Time),
];

pub(super) const DESTINATION: Columns = &[
    ("space", ColumnKind::Text),
    ("name", ColumnKind::Text),
    ("address", ColumnKind::Text),
    ("created_at", ColumnKind::Time),
];

pub(super) const REMINDER: Columns = &[
    ("space", ColumnKind::Text),
    ("title", ColumnKind::Text),
    ("scheduled_at", ColumnKind::Time),
    ("created_at", ColumnKind::Time),
];

/// `length` in milliseconds.
pub(super) const RECORDING: Columns = &[
    ("space", ColumnKind::Text),
    ("title", ColumnKind::Text),
    ("recording", ColumnKind::Text),
    ("captions", ColumnKind::Text),
    ("began_at", ColumnKind::Time),
    ("length", ColumnKind::Number),
    ("bytes", ColumnKind::Number),
    ("expires_at", ColumnKind::Time),
];

pub(super) const SESSION: Columns = &[
    ("id", ColumnKind::Text),
    ("browser", ColumnKind::Text),
    ("created_at", ColumnKind::Time),
    ("last_seen_at", ColumnKind::Time),
    ("expires_at", ColumnKind::Time),
    ("revoked_at", ColumnKind::Time),
];

pub(super) const SPACE: Columns = &[
    ("id", ColumnKind::Text),
    ("slug", ColumnKind::Text),
    ("name", ColumnKind::Text),
    ("role", ColumnKind::Text),
    ("created_at", ColumnKind::Time),
];

pub(super) const STAGE: Columns = &[
    ("space", ColumnKind::Text),
    ("title", ColumnKind::Text),
    ("state", ColumnKind::Text),
    ("muted", ColumnKind::Number),
    ("since", ColumnKind::Time),
];
