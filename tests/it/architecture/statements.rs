//! Statements name their columns. PostgreSQL refuses a prepared `SELECT *` once its table has a new column, so a release that
//! is still running when the next one migrates the database would fail.

/// Statements that select all columns of a table. Elsewhere an asterisk counts or multiplies.
fn unnamed(statements: &[&'static str]) -> Vec<&'static str> {
    let selects_all = |text: &str| {
        text.match_indices('*').any(|(at, _)| {
            let before = text[..at].trim_end();
            ["SELECT", "DISTINCT", "RETURNING", ",", "."].iter().any(|word| before.ends_with(word))
        })
    };
    statements.iter().copied().filter(|text| selects_all(text)).collect()
}

#[test]
fn every_statement_names_its_columns() {
    let mut statements = store::statements();
    assert!(statements.len() > 150, "the store lists its statements: {}", statements.len());
    assert_eq!(unnamed(&statements), Vec::<&str>::new());
    let planted = [
        "SELECT * FROM passes WHERE id = $1",
        "SELECT s.*, COUNT(*) AS n FROM spaces s",
        "UPDATE spaces SET name = $2 WHERE id = $1 RETURNING *",
    ];
    statements.extend(planted);
    assert_eq!(unnamed(&statements), planted);
}
