//! Comma-separated values, as spreadsheets read them (RFC 4180).

/// What a spreadsheet may take for the begin of a formula, also in the full width of East Asian typing, which some turn into the usual
/// letters (OWASP, "CSV Injection").
const BEGINS_FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// One line, with its line break. Cells with commas, semicolons, quotes or line breaks are quoted. What a spreadsheet would take for a
/// formula gets an apostrophe in front, because others may have written it.
pub fn csv_line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (n, cell) in cells.into_iter().enumerate() {
        if n > 0 {
            line.push(',');
        }
        let harmless = without_formulas(cell);
        if cell.contains([',', ';', '"', '\n', '\r']) {
            line.push('"');
            line.push_str(&harmless.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(&harmless);
        }
    }
    line.push_str("\r\n");
    line
}

/// A text that begins no formula: neither at its own beginning, nor where a spreadsheet may begin another cell. Spreadsheets in German and
/// many other languages part cells at semicolons, and then know no quotes around a cell that begins in the middle of one of theirs.
fn without_formulas(cell: &str) -> String {
    let (mut harmless, mut begins) = (String::with_capacity(cell.len()), true);
    for letter in cell.chars() {
        let first = harmless.is_empty() && matches!(letter, '\t' | '\r');
        if first || (begins && BEGINS_FORMULA.contains(&letter)) {
            harmless.push('\'');
        }
        // What stands before a formula does not hide it.
        begins = matches!(letter, ';' | '\t' | '\n' | '\r') || (begins && matches!(letter, ' ' | '"'));
        harmless.push(letter);
    }
    harmless
}

/// The subject of a mail as it is kept: without the digits of a code, which may still be good.
pub fn kept_subject(subject: &str) -> String {
    let code = subject.len() >= 6 && subject.bytes().take(6).all(|b| b.is_ascii_digit());
    if code { format!("······{}", &subject[6..]) } else { subject.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_no_formula_is_one() {
        let table: [(&[&str], &str); 13] = [
            (&["a", "b c", ""], "a,b c,\r\n"),
            (&["1,5", "say \"hi\"", "two\nlines"], "\"1,5\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n"),
            (&["=HYPERLINK(\"x\")"], "\"'=HYPERLINK(\"\"x\"\")\"\r\n"),
            (&["+1", "-1", "@a", "\tb"], "'+1,'-1,'@a,'\tb\r\n"),
            (&["＝1+1", "＋1", "－1", "＠a"], "'＝1+1,'＋1,'－1,'＠a\r\n"),
            (&["Ann; ＝1", "\"＠x"], "\"Ann; '＝1\",\"\"\"'＠x\"\r\n"),
            (&["a＝b", "1－2"], "a＝b,1－2\r\n"),
            (&["a=b", "1-2"], "a=b,1-2\r\n"),
            (&["Ann;=1+1", "x"], "\"Ann;'=1+1\",x\r\n"),
            (&["Ann; \"@x", " =1"], "\"Ann; \"\"'@x\", '=1\r\n"),
            (&["two\n-lines\r\n\r\n+3"], "\"two\n'-lines\r\n\r\n'+3\"\r\n"),
            (&["Front row; Lobby"], "\"Front row; Lobby\"\r\n"),
            (&[], "\r\n"),
        ];
        for (cells, want) in table {
            assert_eq!(csv_line(cells.iter().copied()), want, "{cells:?}");
        }
    }

    #[test]
    fn a_kept_subject_tells_no_code() {
        assert_eq!(kept_subject("123456 is your code"), "······ is your code");
        for subject in ["Your pass: 123456", "12345", "", "ü23456 is"] {
            assert_eq!(kept_subject(subject), subject);
        }
    }
}
