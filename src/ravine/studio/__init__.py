"""The studio: the site of the course, served or exported. Rendered once from the rules, landscapes and lessons."""
