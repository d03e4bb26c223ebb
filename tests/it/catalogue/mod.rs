mod addresses;
mod forms;
mod pictures;
mod planned;
mod quota;
mod spaces;
mod zones;
