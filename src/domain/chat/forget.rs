//! Taking a person's name out of a journal. Lines carry the name of their author, so that a page needs no other look-up.

use crate::{chat::room::RoomChange, id::AccountId, people::account::DELETED};

impl RoomChange {
    /// Replaces the name of `account`. Returns false if it does not stand here.
    pub fn forget_name(&mut self, account: AccountId) -> bool {
        let name = match self {
            Self::Said(line) if line.author == account => &mut line.name,
            Self::Banned(ban) if ban.account == account => &mut ban.name,
            Self::Restored { line, .. } => return line.change.forget_name(account),
            _ => return false,
        };
        if name == DELETED {
            return false;
        }
        *name = DELETED.into();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        access::admit::Role,
        chat::room::{ChatLine, JournalEntry},
        id::*,
        time::Millis,
    };

    fn said(author: AccountId) -> RoomChange {
        let (name, body) = ("Ann Other".into(), "hello, I am Ann Other".into());
        let (role, client) = (Role::Viewer, ClientId::new());
        RoomChange::Said(ChatLine { author, name, role, client, body, removed: false })
    }

    #[test]
    fn the_name_goes_and_the_words_stay() {
        let (ann, ben) = (AccountId::new(), AccountId::new());
        let mut line = said(ann);
        assert!(!line.forget_name(ben));
        assert!(line.forget_name(ann) && !line.forget_name(ann), "once");
        let RoomChange::Said(line) = &line else { panic!("{line:?}") };
        assert_eq!((line.name.as_str(), line.body.as_str()), (DELETED, "hello, I am Ann Other"));
        let inner = JournalEntry { room: RoomId::new(), seq: 1, at: Millis(0), change: said(ann) };
        let mut restored = RoomChange::Restored { line: Box::new(inner), by: ben };
        assert!(restored.forget_name(ann));
        assert!(!format!("{restored:?}").contains("name: \"Ann"), "{restored:?}");
        assert!(!RoomChange::Removed { targets: vec![1], by: ann }.forget_name(ann));
    }
}
