"""What stands behind the ports: AWS and the model providers."""
