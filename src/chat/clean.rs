//! Remote text made safe.
