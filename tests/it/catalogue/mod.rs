mod addresses;
mod forms;
mod pictures;
mod planned;
mod quota;
mod series;
mod spaces;
mod zones;
