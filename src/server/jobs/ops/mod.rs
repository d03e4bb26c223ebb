pub mod seal_audit;
