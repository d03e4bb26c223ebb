//! The progress display: a changing line on a terminal, plain lines elsewhere. Always on standard error.

use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::IsTerminal,
    time::{Duration, Instant},
};

/// The interval between plain lines.
const STEP: Duration = Duration::from_secs(5);

pub struct Progress {
    bar: Option<ProgressBar>,
    stage: String,
    said: Option<Instant>,
}

impl Progress {
    pub fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{spinner} {elapsed:>4}  {prefix}  {msg}");
            ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        Self { bar, stage: String::new(), said: None }
    }

    /// Starts a new stage of the run.
    pub fn stage(&mut self, name: &str) {
        self.stage = name.to_string();
        self.said = None;
        if let Some(bar) = &self.bar {
            bar.set_prefix(name.to_string());
        }
    }

    pub fn tell(&mut self, words: impl FnOnce() -> String) {
        match &self.bar {
            Some(bar) => {
                bar.set_message(words());
                bar.tick();
            }
            None if self.said.is_none_or(|said| said.elapsed() >= STEP) => {
                self.said = Some(Instant::now());
                eprintln!("{}: {}", self.stage, words());
            }
            None => {}
        }
    }

    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}
