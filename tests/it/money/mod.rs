mod purchase;
mod settling;
