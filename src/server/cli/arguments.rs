//! Reads the command line and the environment. What cannot be read is named in one run: all of it, not only the first.

use super::Cli;
use crate::config::BadSettings;
use clap::{
    Arg, ArgMatches, Command, CommandFactory as _, FromArgMatches as _,
    builder::ValueParser,
    error::{ContextKind, ContextValue, ErrorKind},
};
use std::{error::Error as _, ffi::OsString};

pub struct ParsedArguments {
    pub cli: Cli,
    /// As typed or set, for a command that shows it.
    pub matches: ArgMatches,
    /// A sentence for each value that could not be read. It was left out.
    pub faults: Vec<String>,
}

pub enum Refused {
    /// Help, the version, or a command line that makes no sense. clap has the words for it.
    Usage(clap::Error),
    Values(BadSettings),
}

/// `args`: the program's name first. Without a command, `serve` with its settings from the environment.
pub fn read(args: &[OsString]) -> Result<ParsedArguments, Refused> {
    let given = take(args)?;
    if given.cli.command.is_some() {
        return Ok(given);
    }
    take(&[args, &["serve".into()]].concat())
}

fn take(args: &[OsString]) -> Result<ParsedArguments, Refused> {
    let (mut bad, mut faults) = (Vec::<String>::new(), Vec::new());
    loop {
        // A value that is known to be bad is taken as it is, so that clap comes to the next one.
        let lenient = change(command(), &bad, &|arg| arg.value_parser(ValueParser::os_string()));
        let Err(error) = lenient.try_get_matches_from(args) else { break };
        match bad_value(&error) {
            Some((arg, words)) if !bad.contains(&arg) => {
                faults.push(words);
                bad.push(arg);
            }
            _ if faults.is_empty() => return Err(Refused::Usage(error)),
            _ => return Err(Refused::Values(BadSettings(faults))),
        }
    }
    let left = change(command(), &bad, &unset);
    let matches = left.try_get_matches_from(without(args, &bad));
    let read = matches.and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    match read {
        Ok((cli, matches)) => Ok(ParsedArguments { cli, matches, faults }),
        Err(error) if faults.is_empty() => Err(Refused::Usage(error)),
        // What is left makes no command.
        Err(_) => Err(Refused::Values(BadSettings(faults))),
    }
}

/// A variable that is set to nothing, as by `NAME=` in an env file, counts as unset.
fn command() -> Command {
    let is_empty = |arg: &Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    change_all(Cli::command(), &|arg| if is_empty(&arg) { unset(arg) } else { arg })
}

fn unset(arg: Arg) -> Arg {
    arg.env(None::<&'static str>)
}

/// Changes these arguments of every command.
fn change(command: Command, which: &[String], how: &dyn Fn(Arg) -> Arg) -> Command {
    change_all(command, &|arg| if which.contains(&name(&arg)) { how(arg) } else { arg })
}

fn change_all(command: Command, how: &dyn Fn(Arg) -> Arg) -> Command {
    command.mut_args(how).mut_subcommands(|command| change_all(command, how))
}

/// As clap writes it in its errors: `--listen`, `<FILE>`.
fn name(arg: &Arg) -> String {
    match arg.get_long() {
        Some(long) => format!("--{long}"),
        None => {
            arg.get_value_names().and_then(<[_]>::first).map_or_else(String::new, |name| format!("<{name}>"))
        }
    }
}

/// The argument whose value is bad, and a sentence that names its variable, if it has one.
fn bad_value(error: &clap::Error) -> Option<(String, String)> {
    if !matches!(error.kind(), ErrorKind::ValueValidation | ErrorKind::InvalidValue) {
        return None;
    }
    let text = |kind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.as_str()),
        _ => None,
    };
    let arg = text(ContextKind::InvalidArg)?.split_whitespace().next()?.replace('[', "<").replace(']', ">");
    let value = text(ContextKind::InvalidValue)?;
    let reason = match (error.get(ContextKind::ValidValue), error.source()) {
        (Some(ContextValue::Strings(allowed)), _) if !allowed.is_empty() => {
            format!("write one of: {}", allowed.join(", "))
        }
        (_, Some(source)) => source.to_string(),
        _ => "it needs a value".into(),
    };
    let words =
        format!("{} is “{value}”, which cannot be used: {reason}", variable(&arg).unwrap_or(arg.clone()));
    Some((arg, words))
}

/// The environment variable of an argument.
fn variable(arg: &str) -> Option<String> {
    fn find(command: &Command, arg: &str) -> Option<String> {
        let own = command.get_arguments().find(|known| name(known) == arg).and_then(Arg::get_env);
        let own = own.map(|env| env.to_string_lossy().into_owned());
        own.or_else(|| command.get_subcommands().find_map(|command| find(command, arg)))
    }
    find(&Cli::command(), arg)
}

/// The command line without these arguments and their values.
fn without(args: &[OsString], bad: &[String]) -> Vec<OsString> {
    let (mut kept, mut skips) = (Vec::new(), false);
    for arg in args {
        let text = arg.to_string_lossy();
        let (flag, value) = text.split_once('=').map_or((&*text, None), |(flag, value)| (flag, Some(value)));
        let is_bad = bad.iter().any(|bad| bad == flag);
        if !is_bad && !skips {
            kept.push(arg.clone());
        }
        skips = is_bad && value.is_none();
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(args: &[&str]) -> Vec<String> {
        let args: Vec<OsString> = std::iter::once(&"backstage").chain(args).map(Into::into).collect();
        match read(&args) {
            Ok(given) => given.faults,
            Err(Refused::Values(BadSettings(faults))) => faults,
            Err(Refused::Usage(error)) => vec![format!("usage: {error}")],
        }
    }

    #[test]
    fn every_value_that_cannot_be_read_is_named_by_its_variable() {
        let bad = [
            "check",
            "--listen=nowhere",
            "--log",
            "loud",
            "--limit-account-feeds",
            "many",
            "--retention-jobs=0",
            "--trusted-proxies",
            "10.0.0.1/99",
        ];
        let found = faults(&bad);
        for name in [
            "BACKSTAGE_LISTEN is “nowhere”",
            "BACKSTAGE_LOG is “loud”, which cannot be used: write one of: text, json",
            "BACKSTAGE_LIMIT_ACCOUNT_FEEDS is “many”",
            "BACKSTAGE_RETENTION_JOBS is “0”",
            "BACKSTAGE_TRUSTED_PROXIES is “10.0.0.1/99”",
        ] {
            assert_eq!(found.iter().filter(|fault| fault.starts_with(name)).count(), 1, "{name}: {found:#?}");
        }
        assert_eq!(found.len(), 5, "{found:#?}");
        assert!(found.iter().all(|fault| !fault.contains('\n')), "{found:#?}");
    }

    #[test]
    fn the_rest_of_the_command_line_is_kept() {
        let args = ["backstage", "check", "--limit-idle", "x", "--local", "--public-url=http://localhost:1"];
        let Ok(given) = read(&args.map(OsString::from)) else { panic!("refused") };
        let check = given.matches.subcommand_matches("check").expect("check");
        assert_eq!(check.get_one::<String>("public_url").map(String::as_str), Some("http://localhost:1"));
        assert!(check.get_flag("local") && given.faults.len() == 1);
    }

    #[test]
    fn a_bad_id_and_an_unknown_flag_are_told_in_words() {
        assert!(faults(&["jobs", "revive", "zzz"])[0].starts_with("<ID> is “zzz”"));
        assert!(faults(&["jobs", "fly"])[0].starts_with("usage: "));
        assert!(faults(&["serve", "--listne", "x"])[0].starts_with("usage: "));
    }
}
