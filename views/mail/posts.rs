//! Mail about new posts, to whoever may read them and to whoever follows their space.

use super::notices::{Recipient, written};
use crate::{parts, t};
use domain::{catalogue::offer::PriceKind, mail::Mail};

/// New posts of a space.
#[derive(Clone, Copy, Debug)]
pub struct Posts<'a> {
    pub space: &'a str,
    /// The link to the space, with scheme and host.
    pub url: &'a str,
    pub posts: &'a [NewPost<'a>],
    /// There are further posts than these.
    pub more: bool,
    /// The first words of the only post, for whoever may read it.
    pub opening: Option<&'a str>,
    /// Some of them need a pass that the person does not have; inside, the cheapest one that is on offer.
    pub needs: Option<Option<PriceKind>>,
}

#[derive(Clone, Copy, Debug)]
pub struct NewPost<'a> {
    pub title: &'a str,
    /// The title of the experience that holds it.
    pub within: &'a str,
    /// The link to it, with scheme and host.
    pub url: &'a str,
}

pub fn posted(r: &Recipient<'_>, p: &Posts<'_>) -> Mail {
    let mut parts = vec![t!("mail-posted-text", space = p.space)];
    parts.extend(
        p.posts.iter().map(|post| format!("    {}\n    {}\n    {}", post.title, post.within, post.url)),
    );
    parts.extend(p.opening.map(String::from));
    parts.extend(p.more.then(|| t!("mail-news-more").into_owned()));
    parts.extend(p.needs.map(|from| match from {
        Some(price) if price.minor() == 0 => t!("mail-posted-free").into_owned(),
        Some(price) => t!("mail-posted-price", price = parts::least(price)),
        None => t!("mail-posted-shut").into_owned(),
    }));
    parts.push(t!("mail-see-space", url = p.url));
    let subject = match p.posts {
        [one] if !p.more => t!("mail-posted-subject-one", title = one.title, space = p.space),
        _ => t!("mail-posted-subject-more", space = p.space),
    };
    written(r, subject, &parts.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::notices::Reason;
    use domain::amount::{Currency, Money};

    const POST: NewPost<'static> =
        NewPost { title: "First\nverse", within: "Notebook", url: "https://b.example/p/1" };

    fn page<'a>(posts: &'a [NewPost<'a>]) -> Posts<'a> {
        Posts { space: "Maya", url: "https://b.example/maya", posts, more: false, opening: None, needs: None }
    }

    #[test]
    fn a_mail_names_posts_and_what_they_need() {
        let to = |reason| Recipient { to: "kim@example.org", reason, stop: Some("https://b.example/stop") };
        let reader = posted(&to(Reason::Holder), &Posts { opening: Some("It rhymes."), ..page(&[POST]) });
        assert_eq!(reader.subject, "New post: First verse at Maya");
        assert!(reader.text.contains("\n\nIt rhymes.\n\n") && !reader.text.contains("needs a pass"));
        assert!(reader.unsubscribe.is_some() && reader.text.contains("because you hold a pass"));
        let price = PriceKind::Once(Money { minor: 1200, currency: Currency::Eur });
        for (needs, want) in [
            (Some(price), "from €12"),
            (Some(PriceKind::Free), "there is a free one"),
            (None, "none is on offer"),
        ] {
            let mail = posted(&to(Reason::Follower), &Posts { needs: Some(needs), ..page(&[POST, POST]) });
            assert!(mail.text.contains(want) && mail.subject == "New posts at Maya", "{}", mail.text);
        }
        let many = posted(&to(Reason::Follower), &Posts { more: true, ..page(&[POST]) });
        assert!(many.subject == "New posts at Maya" && many.text.contains("There are more."));
    }
}
