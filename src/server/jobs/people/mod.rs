pub mod sightings;
