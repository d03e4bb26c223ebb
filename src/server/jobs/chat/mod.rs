mod enforce_ban;
