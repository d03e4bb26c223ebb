pub mod enforce_ban;
