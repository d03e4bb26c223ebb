//! What was done too often.

/// For whom it is bounded stands in [`crate::Limits`]. Pages say it in the language of their reader; the words here are for logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Often {
    #[error("You have changed a lot lately.")]
    Changes,
    #[error("Many changes came from your network lately.")]
    ChangesNearby,
    #[error("You have written a lot lately.")]
    Lines,
    #[error("Many lines came from your network lately.")]
    LinesNearby,
    #[error("Very many captions came lately.")]
    Captions,
    #[error("You have moderated a lot lately.")]
    Moderation,
    #[error("Much was moderated from your network lately.")]
    ModerationNearby,
    #[error("You have exported your data often lately.")]
    Exports,
    #[error("Much was exported from your network lately.")]
    ExportsNearby,
    #[error("You have reported a lot lately.")]
    Reports,
    #[error("Many reports came from your network lately.")]
    ReportsNearby,
    #[error("Several letters came from your network lately.")]
    LettersNearby,
    #[error("very many letters came in lately from people who are not signed in")]
    LettersOfStrangers,
    #[error("very many letters came in lately")]
    LettersOfMembers,
    #[error("You have opened many orders lately.")]
    Orders,
    #[error("You have begun many payments lately.")]
    Payments,
    #[error("You have tried many codes lately.")]
    PromoCodes,
    #[error("Many codes were tried from your network lately.")]
    PromoCodesNearby,
    #[error("Many orders for limited passes came from your network lately.")]
    OrdersNearby,
    #[error("You have sent many pictures lately.")]
    Pictures,
    #[error("Many pictures came from your network lately.")]
    PicturesNearby,
    #[error("You have sent many files lately.")]
    Files,
    #[error("Many files came from your network lately.")]
    FilesNearby,
    #[error("The address of this space has changed often lately.")]
    Renames,
    #[error("Addresses in this space have changed often lately.")]
    InnerRenames,
    #[error("You have sent many invitations lately.")]
    Invitations,
    #[error("Many invitations came from your network lately.")]
    InvitationsNearby,
    #[error("This address was invited often lately.")]
    Invited,
    #[error("You have tried many passphrases lately.")]
    Guesses,
    #[error("Many passphrases were tried from your network lately.")]
    GuessesNearby,
    #[error("Many wrong passphrases were tried here lately.")]
    GuessesOfAll,
    #[error("You have set many passphrases lately.")]
    Passphrases,
    #[error("Many passphrases were set from your network lately.")]
    PassphrasesNearby,
    #[error("You have come in very often lately.")]
    Arrivals,
}
