order-terms = Bedingungen
order-terms-version = Fassung { $version }
