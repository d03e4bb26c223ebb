layout-skip = Skip to the content
layout-terms = Our <terms>terms</terms>, version { $version }, apply to what you do here.
layout-terms-accept = Accept the terms
