"""Image sets in the files that their authors published, found and checked."""
