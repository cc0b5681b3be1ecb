"""What boussole costs, measured."""
