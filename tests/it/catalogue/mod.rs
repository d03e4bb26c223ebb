mod forms;
mod planned;
mod spaces;
