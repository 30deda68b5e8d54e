//! The one integration binary. Each module is a table of laws across layers.

mod sheets;
/// The page and the JSON interface, over a small engine in memory.
mod http;
/// The arrows between layers, and who may name which library.
mod layers;
/// The third-party notices name everything that the program carries.
mod licenses;
