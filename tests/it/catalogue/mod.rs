mod addresses;
mod discovery;
mod forms;
mod pictures;
mod planned;
mod quota;
mod spaces;
