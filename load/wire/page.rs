//! The page that a newcomer gets: its lines must be the journal's last ones, in the same order.

use crate::{
    truth::{Replay, mark::RunTag},
    wire::{
        doors::Target,
        http::{Client, Request},
    },
};
use anyhow::{Result, ensure};

/// What the page of one room showed.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct PageCheck {
    pub lines: usize,
    /// Whether its lines are the tail of the journal.
    pub right: bool,
}

/// `None` for a room whose page is unknown.
pub async fn compare(
    target: &Target,
    run: &RunTag,
    room: usize,
    replay: &Replay,
) -> Result<Option<PageCheck>> {
    let watch = &target.rooms[room].watch;
    if watch.is_empty() {
        return Ok(None);
    }
    let answer = Client::new(target.at).send(Request::get(watch, &target.people[0])).await?;
    ensure!(answer.status == 200, "{watch} answered {}", answer.status);
    Ok(Some(shown(run, &answer.body, replay)))
}

fn shown(run: &RunTag, page: &[u8], replay: &Replay) -> PageCheck {
    let mut numbers: Vec<u32> = Vec::new();
    run.scanner().each(page, None, |mark| {
        // A line may be repeated inside its own element.
        if numbers.last() != Some(&mark.number) {
            numbers.push(mark.number);
        }
    });
    let journal: Vec<u32> = replay.lines.iter().map(|(_, number)| *number).collect();
    let right = journal.ends_with(&numbers) && (journal.is_empty() || !numbers.is_empty());
    PageCheck { lines: numbers.len(), right }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::truth::mark::Mark;

    fn page(numbers: &[u32]) -> PageCheck {
        let run = RunTag::new(1);
        let words = |number: &u32| run.line(Mark { number: *number, sent_us: 5 }, 0);
        let page: String =
            numbers.iter().map(|n| format!("<li title='{}'>{}</li>", words(n), words(n))).collect();
        let replay = Replay { lines: vec![(11, 4), (12, 5), (13, 6)], ..Replay::default() };
        shown(&run, page.as_bytes(), &replay)
    }

    #[test]
    fn a_page_shows_the_tail_of_the_journal() {
        assert_eq!(page(&[5, 6]), PageCheck { lines: 2, right: true });
        assert_eq!(page(&[4, 5, 6]), PageCheck { lines: 3, right: true });
        for wrong in [&[4, 5][..], &[4, 6], &[6, 5], &[5, 6, 7], &[]] {
            assert!(!page(wrong).right, "{wrong:?}");
        }
    }
}
