"""What `./dev` does. Standard library and labeler.system only: nothing is installed yet."""
