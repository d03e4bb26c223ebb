mod answered;
mod behind_nginx;
mod hosts;
mod https;
pub mod limits;
mod offer;
mod page_cost;
mod unmeasured;
