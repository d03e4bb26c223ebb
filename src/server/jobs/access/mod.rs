pub mod expire_grants;
