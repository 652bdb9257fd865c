"""What a person asks: a study, in a file or in keywords; its optimizers, and the settings that are tried of each."""
