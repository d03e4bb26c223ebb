//! A browser by its user agent, in words: `Firefox on Windows`.
//!
//! A short table, not a library: the page only has to tell a person's own browsers apart, and the maintained parsers
//! bring a database of regular expressions.

use crate::t;

/// Marks and browsers: the first mark that a user agent contains decides. The order matters, because most user agents also
/// name browsers that they imitate.
const BROWSERS: [(&str, &str); 13] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Opera", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

const SYSTEMS: [(&str, &str); 9] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("FreeBSD", "FreeBSD"),
    ("Linux", "Linux"),
    ("X11", "Unix"),
];

/// Never empty. An unknown agent is shown as it names itself, up to its version.
pub fn words(agent: &str) -> String {
    let find = |table: &[(&str, &'static str)]| {
        table.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => t!("people-agent", browser = browser, system = system),
        (Some(browser), None) => browser.into(),
        (None, Some(system)) => t!("people-agent-some", system = system),
        (None, None) => {
            let name: String =
                agent.split(['/', '(']).next().unwrap_or_default().trim().chars().take(40).collect();
            if name.is_empty() || name == "Mozilla" { t!("people-agent-unknown").into() } else { name }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_browsers_are_named() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        for (agent, want) in [
            (format!("Mozilla/5.0 (X11; Linux x86_64) {webkit} Chrome/140.0.0.0 Safari/537.36"), "Chrome on Linux"),
            (format!("Mozilla/5.0 (X11; Linux x86_64) {webkit} HeadlessChrome/140.0.0.0 Safari/537.36"), "Chrome on Linux"),
            (format!("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {webkit} Chrome/140.0.0.0 Safari/537.36"), "Chrome on ChromeOS"),
            (format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"), "Edge on Windows"),
            (format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/140.0.0.0 Safari/537.36 OPR/124.0.0.0"), "Opera on Windows"),
            (format!("Mozilla/5.0 (Linux; Android 10; K) {webkit} Chrome/140.0.0.0 Mobile Safari/537.36"), "Chrome on Android"),
            (format!("Mozilla/5.0 (Linux; Android 10; K) {webkit} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36"), "Samsung Internet on Android"),
            ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0".into(), "Firefox on Linux"),
            ("Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0".into(), "Firefox on Android"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15".into(), "Safari on Mac"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1".into(), "Safari on iPhone"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1".into(), "Chrome on iPhone"),
            ("Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/143.0 Mobile/15E148 Safari/605.1.15".into(), "Firefox on iPad"),
            ("curl/8.14.1".into(), "curl"),
            ("python-requests/2.32".into(), "python-requests"),
            ("demo".into(), "demo"),
            ("Mozilla/5.0".into(), "An unknown browser"),
            (String::new(), "An unknown browser"),
        ] {
            assert_eq!(words(&agent), want, "{agent}");
        }
    }

    #[test]
    fn a_long_name_is_cut() {
        assert_eq!(words(&"ü".repeat(200)).chars().count(), 40);
    }
}
