mod addresses;
mod forms;
mod planned;
mod quota;
mod spaces;
