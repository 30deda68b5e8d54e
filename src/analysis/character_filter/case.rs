//! Case: small letters, in Latin, Greek and Cyrillic alike.

use super::Cluster;

pub(super) fn filter(cluster: &mut Cluster) {
    if cluster.text.chars().any(char::is_uppercase) {
        cluster.text = cluster.text.to_lowercase();
    }
}
