"""Registration and login in their shortest form; users, roles, invitations and the tenant."""
