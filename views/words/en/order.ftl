order-terms = Terms
order-terms-version = Version { $version }
