# What is installed, and how CPack makes a Debian package of it. scripts/package calls this; so may anybody:
# cmake --preset package && cmake --build --preset package && (cd build/package-amd64 && cpack)
include(GNUInstallDirs)
option(MOCKCLOUD_PAGES "write manual pages and completions, and install them" OFF)
set(MOCKCLOUD_PRINTER "" CACHE FILEPATH "a mockcloud of these sources that runs here, when cross compiling")

install(TARGETS mockcloud RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

if(MOCKCLOUD_PAGES)
  set(pages "${PROJECT_BINARY_DIR}/pages")
  set(printer "${MOCKCLOUD_PRINTER}")
  if(NOT printer)
    set(printer "$<TARGET_FILE:mockcloud>")
  endif()
  add_custom_command(
    OUTPUT "${pages}/done"
    COMMAND ${CMAKE_COMMAND} -E rm -rf "${pages}"
    COMMAND "${PROJECT_SOURCE_DIR}/scripts/packaging/pages" "${printer}" "${pages}"
    COMMAND ${CMAKE_COMMAND} -E touch "${pages}/done"
    DEPENDS mockcloud "${PROJECT_SOURCE_DIR}/scripts/packaging/pages")
  add_custom_target(pages ALL DEPENDS "${pages}/done")
  install(DIRECTORY "${pages}/share/" DESTINATION ${CMAKE_INSTALL_DATADIR})
  install(DIRECTORY mockcloud/reference DESTINATION ${CMAKE_INSTALL_DOCDIR})
  install(DIRECTORY scenarios/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME mockcloud)
set(CPACK_PACKAGE_VENDOR "the mockcloud authors")
set(CPACK_PACKAGE_CONTACT "the mockcloud authors <mockcloud@example.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "fake Particle cloud with simulated devices, for testing device claiming")
set(CPACK_PACKAGE_DESCRIPTION "mockcloud serves the Particle API to unmodified clients, simulates devices
that behave like the real ones where claiming bugs live, owns the clock of its
worlds, runs scenarios against any claiming client, and says why a device is
not owned by somebody.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Its examples of clients are curl in a shell.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS curl)
# Not linked, but loaded when something is to be sent (net/libcurl.c), so no tool sees it.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libcurl3-gnutls | libcurl4")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
