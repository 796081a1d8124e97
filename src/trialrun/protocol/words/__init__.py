"""The words of the language: its nouns as frozen values, its expression trees and what they mean, its calendar spans."""
