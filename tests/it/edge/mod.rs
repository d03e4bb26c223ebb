mod answered;
mod behind_nginx;
mod hosts;
mod https;
mod limits;
mod offer;
mod page_cost;
mod unmeasured;
