//! External programs, named by environment variables. A test whose program is missing is skipped on a developer's
//! machine and fails under `CI=true`.

use std::process::Stdio;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

/// The value of a variable.
pub fn given(variable: &str) -> Option<String> {
    let given = std::env::var(variable).ok().filter(|value| !value.is_empty());
    if given.is_none() {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{variable} is not set: tests/run sets it");
        eprintln!("skipped: {variable} is not set");
    }
    given
}

/// A running program with a line-based protocol. Dropping it ends the program.
pub struct Program {
    _child: Child,
    stdin: ChildStdin,
    stdout: Lines<BufReader<ChildStdout>>,
}

impl Program {
    /// Starts the command, which is split at spaces.
    pub fn start(command: &str, arguments: &[&str]) -> Self {
        let mut words = command.split_whitespace();
        let mut command = Command::new(words.next().expect("a command"));
        command.args(words).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().expect("the program starts");
        let stdin = child.stdin.take().expect("piped");
        let stdout = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self { _child: child, stdin, stdout }
    }

    pub async fn read(&mut self) -> String {
        let line = tokio::time::timeout(std::time::Duration::from_secs(20), self.stdout.next_line()).await;
        line.expect("a line in time").expect("readable").expect("the program still runs")
    }

    pub async fn write(&mut self, line: &str) {
        self.stdin.write_all(format!("{line}\n").as_bytes()).await.expect("the program listens");
    }
}
