mod answered;
mod behind_nginx;
mod hosts;
mod https;
mod limits;
mod page_cost;
