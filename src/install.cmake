# SPDX-FileCopyrightText: 2026 The QIpc authors
# SPDX-License-Identifier: MIT
#
# What `cmake --install` gives: library, headers, CMake package and pkg-config file (the tool and the
# QML module see to themselves). All find their parts relative to themselves, so that the prefix can be moved.

include(CMakePackageConfigHelpers)

set(QIPC_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/QIpc)

install(TARGETS QIpc EXPORT QIpcTargets)
install(EXPORT QIpcTargets NAMESPACE QIpc:: DESTINATION ${QIPC_CMAKE_DIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/QIpc DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${QIPC_GENERATED}/QIpc/qipc_export.h
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/QIpc)

if(BUILD_SHARED_LIBS)
    set(QIPC_STATIC OFF)
    set(QIPC_QT_MODULES Core)
    set(QIPC_PC_REQUIRES "Qt6Core")
    set(QIPC_PC_REQUIRES_PRIVATE "Qt6Network zlib")
    set(QIPC_PC_CFLAGS "")
else()
    set(QIPC_STATIC ON)
    set(QIPC_QT_MODULES "Core Network")
    set(QIPC_PC_REQUIRES "Qt6Core Qt6Network zlib")
    set(QIPC_PC_REQUIRES_PRIVATE "")
    set(QIPC_PC_CFLAGS " -DQIPC_STATIC_DEFINE")
endif()

file(RELATIVE_PATH QIPC_CMAKE_TO_QML
    ${CMAKE_INSTALL_PREFIX}/${QIPC_CMAKE_DIR} ${CMAKE_INSTALL_PREFIX}/${QIPC_INSTALL_QMLDIR})

# No configure_package_config_file(): the file needs no path but that of its own folder.
configure_file(QIpcConfig.cmake.in QIpcConfig.cmake @ONLY)
write_basic_package_version_file(QIpcConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES
    ${CMAKE_CURRENT_BINARY_DIR}/QIpcConfig.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/QIpcConfigVersion.cmake
    DESTINATION ${QIPC_CMAKE_DIR})

file(RELATIVE_PATH QIPC_PC_TO_PREFIX
    ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" QIPC_PC_TO_PREFIX "${QIPC_PC_TO_PREFIX}")
file(RELATIVE_PATH QIPC_PC_LIBDIR ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_LIBDIR})
file(RELATIVE_PATH QIPC_PC_INCLUDEDIR ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
configure_file(qipc.pc.in qipc.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/qipc.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
